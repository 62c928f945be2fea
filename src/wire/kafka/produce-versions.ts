/** Since which versions of Produce its hand-made codecs have what; the table has them in `messages/00-produce.ts`. */
export const LOG_START_SINCE = 5;
export const RECORD_ERRORS_SINCE = 8;
export const FLEXIBLE_SINCE = 9;
export const TOPIC_ID_SINCE = 13;
