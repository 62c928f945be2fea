/** So many prompt requests in a row make a peer one whose next is worth staying awake for. */
const PROMPT_REQUESTS_MIN = 8;

/**
 * Recognises a peer that takes turns: it sends one request, waits for the answer, and sends the next within
 * microseconds. Waking a core that went to sleep takes longer than such a peer needs, so its requests come sooner when
 * the broker stays awake for them.
 *
 * A peer earns that with several prompt requests in a row and loses it with the first late one, so what is spent in
 * vain stays small, whatever peers do.
 */
export class TurnTaking {
  private readonly promptMs: number;
  private answeredMs = -Infinity;
  private promptRequests = 0;
  private isTurn = false;

  /** @param promptMs Milliseconds within which a request is prompt; 0: none ever is. */
  constructor(promptMs: number) {
    this.promptMs = promptMs;
  }

  /** Bytes came; `isOneRequest`: they are one request, and nothing else of this peer is under way. */
  received(nowMs: number, isOneRequest: boolean): void {
    this.isTurn = isOneRequest;
    const isPrompt = isOneRequest && nowMs - this.answeredMs < this.promptMs;
    this.promptRequests = isPrompt ? this.promptRequests + 1 : 0;
  }

  /** Whether what is answered now is such a turn; `answered` is for these only. */
  get isTaken(): boolean {
    return this.isTurn && this.promptMs > 0;
  }

  /** Answers leave. Returns whether the next request is worth staying awake for. */
  answered(nowMs: number): boolean {
    this.answeredMs = nowMs;
    return this.promptRequests >= PROMPT_REQUESTS_MIN;
  }
}
