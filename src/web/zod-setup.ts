import { z } from "zod";
import { fieldMessages } from "../shared/field-messages.ts";

/**
 * Imported before any contract, since a schema decides when it is made: messages that a contract does not word
 * itself are Chinese, and no code is made at run time, which the pages' content security policy forbids.
 */
z.config({ ...fieldMessages, jitless: true });
