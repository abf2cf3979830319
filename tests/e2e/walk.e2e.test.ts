import { jest } from '@jest/globals';
import { freePort } from '@rapport/testkit';
import { Product } from './product/product.js';
import { Topics } from './product/topics.js';
import { customersAreFollowedByTheClock } from './walk/followed-by-the-clock.js';
import { customersAreHeard } from './walk/heard.js';
import { customersAreHeardThroughProviders } from './walk/heard-through-providers.js';
import { customersConfirmByMail } from './walk/consent-confirmed.js';
import { customersAnswerByMail } from './walk/answered-by-mail.js';
import { parcelsFindTheirOwner } from './walk/parcels-find-their-owner.js';
import { customersAreReached } from './walk/reached.js';
import { describedTopicsAreTrue } from './walk/topics-as-described.js';
import { nothingIsLost } from './walk/nothing-is-lost.js';

jest.setTimeout(120_000);

/** The walk of ARCHITECTURE.md on one product of its own, two replicas of segmentation, through its public doors only. */
describe('the walk', () => {
  let product: Product;
  let topics: Topics;
  let smtpPort: number;

  beforeAll(async () => {
    smtpPort = await freePort();
    product = await Product.start({
      replicas: { segmentation: 2 },
      serviceEnvs: { gateway: { SMTP_RECEIVER_PORT: String(smtpPort) }, notifications: { WEBHOOK_ALLOW_PRIVATE: 'true' } },
    });
    topics = await Topics.follow(product.brokers);
  }, 300_000);
  afterAll(async () => {
    await topics?.stop();
    await product?.stop();
  }, 60_000);

  customersAreHeard(() => product);
  customersAreHeardThroughProviders(() => product);
  customersAreReached(() => product);
  parcelsFindTheirOwner(() => product);
  customersAnswerByMail(() => ({ product, smtpPort }));
  customersConfirmByMail(() => product);
  customersAreFollowedByTheClock(() => ({ product, topics }));
  nothingIsLost(() => product);
  describedTopicsAreTrue(() => ({ product, topics }));
});
