import "vitest";

/** Where the browser tests of one worker find the server that `web-global-setup.ts` started for them. */
export interface StageAddresses {
  url: string;
  /** answers with the texts sent to phones so far, as JSON */
  textsUrl: string;
}

declare module "vitest" {
  interface ProvidedContext {
    /** one for each worker */
    stages: StageAddresses[];
    /** where each worker's test servers find their database; absent where they start their own or use a real one */
    databases?: string[];
  }
}
