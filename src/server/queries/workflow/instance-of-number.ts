import { ApplicationModel } from "../../../models/application.ts";
import { DeclarationModel } from "../../../models/declaration.ts";
import { RegistrationModel } from "../../../models/registration.ts";

/** The instance behind the number that users know an application by, through its unique index; null without one. */
export async function instanceOfNumber(number: string): Promise<string | null> {
  const declaration = await DeclarationModel.findOne({ number }, { instanceId: 1 }).lean();
  if (declaration !== null) return declaration.instanceId;
  const application = await ApplicationModel.findOne({ number }, { instanceId: 1 }).lean();
  if (application !== null) return application.instanceId;
  const registration = await RegistrationModel.findOne({ receiptNumber: number }, { instanceId: 1 }).lean();
  return registration?.instanceId ?? null;
}
