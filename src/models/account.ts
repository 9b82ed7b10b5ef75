import { anything, defineModel, flag, moment, number, optionalMoment, optionalText, text } from "./schema.ts";

/** One natural person's login (GEN-08). ID and phone are encrypted; the blind index finds an exact number. */
export interface Account {
  _id: string;
  name: string;
  idNumberCipher: string;
  idNumberIndex: string;
  maskedIdNumber: string;
  phoneCipher: string | null;
  phoneIndex: string | null;
  email: string | null;
  landline: string | null;
  /** scrypt hash, or null while only the initial password works */
  passwordHash: string | null;
  /** initial password = last six of the ID number, one use, until then (PWD-08, IMP-04) */
  initialPassword: { expiresAt: Date } | null;
  /** HMAC of the one-time code that took the place of the last six (PWD-08); null where it is they */
  initialCodeHash: string | null;
  mustChangePassword: boolean;
  failedAttempts: number;
  lockedUntil: Date | null;
  status: "active" | "disabled";
  /** only on loopback (design: demonstration accounts) */
  demonstration: boolean;
  lastLoginAt: Date | null;
  /** the network address that it came from, shown to the owner at the next one (LOG-15) */
  lastLoginAddress: string | null;
  createdAt: Date;
  version: number;
}

export const AccountModel = defineModel<Account>(
  { name: "Account", collection: "accounts" },
  {
    name: text,
    idNumberCipher: text,
    idNumberIndex: text,
    maskedIdNumber: text,
    phoneCipher: optionalText,
    phoneIndex: optionalText,
    email: optionalText,
    landline: optionalText,
    passwordHash: optionalText,
    initialPassword: anything,
    initialCodeHash: optionalText,
    mustChangePassword: flag,
    failedAttempts: number,
    lockedUntil: optionalMoment,
    status: text,
    demonstration: flag,
    lastLoginAt: optionalMoment,
    lastLoginAddress: optionalText,
    createdAt: moment,
  },
  [{ fields: { idNumberIndex: 1 }, unique: true }],
);
