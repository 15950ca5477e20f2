/** Something that keeps the demo from going on; the message is for the person who started it and holds no member's data. */
export class DemoFailure extends Error {}
