/** What was asked for is nothing that there is: a name, a value or a combination. */
export class ArgumentError extends TypeError {
  constructor(message: string) {
    super(message);
    this.name = "ArgumentError";
  }
}
