import type { ApiClient } from "../../shared/api-client.ts";

/** Someone with a login. */
export interface Login {
  idNumber: string;
  password: string;
}

/** An organization of the journey and the client of its administrator. */
export interface Unit {
  id: string;
  name: string;
  admin: ApiClient;
}

/** What the steps hand on to each other. */
export interface World {
  province: Unit;
  city: Unit;
  elsewhere: { id: string; regionCode: string };
  authority: Unit;
  employer: Unit;
  directEmployer: Unit;
  base: { id: string };
}

/** A professional of the journey. */
export interface Professional {
  id: string;
  name: string;
  idNumber: string;
}
