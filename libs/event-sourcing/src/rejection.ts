/** A command refused by a rule: nothing was recorded. `code` is stable, the message is a sentence for people. */
export class Rejection extends Error {
  override readonly name = 'Rejection';
  /** JSON pointer into the command, where one field is at fault. */
  readonly pointer: string | undefined;

  constructor(
    readonly code: string,
    sentence: string,
    pointer?: string,
  ) {
    super(sentence);
    this.pointer = pointer;
  }
}

/** The rules of a slice that can refuse: code -> the sentence that explains it. */
export type Rejections = Readonly<Record<string, string>>;

/** `reject('training-voided')` throws the rejection; a second sentence may add what, where and what would be right. */
export const rejecting =
  <R extends Rejections>(rejections: R) =>
  (code: keyof R & string, detail?: string, pointer?: string): never => {
    throw new Rejection(code, detail ? `${rejections[code]} ${detail}` : (rejections[code] as string), pointer);
  };
