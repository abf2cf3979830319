import { Body, Controller, Get, HttpCode, Inject, Param, ParseUUIDPipe, Post, Query } from '@nestjs/common';
import { type Page, ProblemException } from '@rapport/platform';
import type { Customer } from '../domain/customer.js';
import { explainMemberships, type ExplainedMembership } from '../domain/explain-membership.js';
import { presentClassification } from '../domain/relationship/present-classification.js';
import { CustomerReader } from '../persistence/customer-reader.js';
import { type Membership, MembershipReader } from '../persistence/membership-reader.js';
import { problemOf } from './present-segment.js';
import { CustomersByIds, ProfileSegmentsQuery } from './segments.dto.js';

const badId = (): ProblemException =>
  new ProblemException(400, 'SEGMENTATION_PROFILE_ID_INVALID', 'A profile is named by its id here.', [
    { pointer: '/id', detail: 'is no UUID' },
  ]);
const ProfileId = () => Param('id', new ParseUUIDPipe({ exceptionFactory: badId }));

/** What this service knows of one customer. Somebody not heard of yet is answered like somebody of whom nothing is known: profiles says who exists. */
@Controller('internal/v1/profiles')
export class CustomersController {
  constructor(
    @Inject(CustomerReader) private readonly customers: CustomerReader,
    @Inject(MembershipReader) private readonly memberships: MembershipReader,
  ) {}

  /** Which of these customers are in which segments, as was last told; nothing is evaluated. */
  @Post('memberships')
  @HttpCode(200)
  async membershipsOf(@Body() { ids }: CustomersByIds): Promise<{ data: Membership[] }> {
    return { data: await this.memberships.of(ids) };
  }

  /** The segments the customer is in, with why and until when; with `?segment=`, that one whether he is in it or not. */
  @Get(':id/segments')
  async segments(@ProfileId() id: string, @Query() { segment }: ProfileSegmentsQuery): Promise<Page<ExplainedMembership>> {
    const now = new Date();
    const { customer, rulebook } = (await this.customers.read([id], now))[0]!;
    const all = explainMemberships(customer, rulebook, now.getTime());
    const data =
      segment === undefined ? all.filter((one) => one.member) : all.filter((one) => one.segmentId === segment || one.name === segment);
    if (segment !== undefined && data.length === 0) throw problemOf({ kind: 'not-found' });
    return { data, nextCursor: null };
  }

  @Get(':id/relationship')
  async relationship(@ProfileId() id: string): Promise<Relationship> {
    return (await this.relationships({ ids: [id] })).data[0]!;
  }

  /** The same for many, in the order asked for. */
  @Post('relationships')
  @HttpCode(200)
  async relationships(@Body() { ids }: CustomersByIds): Promise<{ data: Relationship[] }> {
    const found = await this.customers.read(ids, new Date());
    return { data: found.map(({ customer }) => relationshipOf(customer)) };
  }
}

type Relationship = ReturnType<typeof relationshipOf>;
function relationshipOf(customer: Customer) {
  const { relationshipType, engagementModel, lifecycle } = presentClassification(customer);
  return { profileId: customer.profileId, relationshipType, engagementModel, lifecycle };
}
