/** A sentence for whoever called the command: what they gave cannot be taken, and what to give instead. Nothing was done. */
export class WrongInput extends Error {}
