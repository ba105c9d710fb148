/** The texts of one answer are more than is sent in one piece: it was given up while it was being made. */
export class AnswerTooLarge extends Error {
  override name = 'AnswerTooLarge';

  constructor() {
    super('The texts that were asked for are too long for one answer. Ask for smaller pages or fewer texts.');
  }
}
