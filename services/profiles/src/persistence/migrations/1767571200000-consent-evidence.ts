import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Evidence says which edition of the words was shown and who spoke, and knows what still waits for a confirmation. */
export class ConsentEvidence1767571200000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE consent_evidence ADD wording_version text, ADD actor text');
    await queryRunner.query(`
      ALTER TABLE consent_evidence DROP CONSTRAINT consent_evidence_state,
        ADD CONSTRAINT consent_evidence_state CHECK (state IN ('granted', 'withdrawn', 'pending'))`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DELETE FROM consent_evidence WHERE state = 'pending'`);
    await queryRunner.query(`
      ALTER TABLE consent_evidence DROP CONSTRAINT consent_evidence_state,
        ADD CONSTRAINT consent_evidence_state CHECK (state IN ('granted', 'withdrawn'))`);
    await queryRunner.query('ALTER TABLE consent_evidence DROP wording_version, DROP actor');
  }
}
