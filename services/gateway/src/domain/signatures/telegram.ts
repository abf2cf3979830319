import { equalInConstantTime, type Verifier } from './signature.js';

/** `X-Telegram-Bot-Api-Secret-Token`: the `secret_token` that `setWebhook` was given (core.telegram.org/bots/api#setwebhook). It signs nothing. */
export const verifyTelegram: Verifier = ({ headers }, secret) => {
  const given = headers['x-telegram-bot-api-secret-token'];
  return given !== undefined && equalInConstantTime(given, secret);
};
