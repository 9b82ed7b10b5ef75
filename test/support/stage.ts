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
  }
}
