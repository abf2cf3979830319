// The official AsyncAPI parser and Redocly's OpenAPI linter; both throw with every error on a line of its own.
import { Parser } from '@asyncapi/parser';
import { createConfig, lintFromString } from '@redocly/openapi-core';

const ERROR = 0;

export async function validateAsyncApi(text) {
  const { diagnostics } = await new Parser().parse(text);
  const errors = diagnostics.filter(({ severity }) => severity === ERROR).map(({ path, message }) => `/${path.join('/')}: ${message}`);
  if (errors.length > 0) throw new Error(`docs/api/asyncapi.yaml:\n  ${errors.join('\n  ')}`);
}

export async function validateOpenApi(text) {
  const config = await createConfig({ extends: ['recommended'] });
  const problems = await lintFromString({ source: text, absoluteRef: 'docs/api/openapi.json', config });
  const errors = problems
    .filter(({ severity }) => severity === 'error')
    .map(({ location, message, ruleId }) => `${location[0]?.pointer ?? ''}: ${message} (${ruleId})`);
  if (errors.length > 0) throw new Error(`docs/api/openapi.json:\n  ${errors.join('\n  ')}`);
}
