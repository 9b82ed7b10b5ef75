import type { App } from "../command-context.ts";
import { declareClass } from "../commands/base-classes/declare-class.ts";
import { renderCertificateFile } from "../commands/certificates/render-certificate-file.ts";
import { runPeopleImport } from "../commands/imports/run-people-import.ts";
import { followMove } from "../commands/organization-changes/follow-move.ts";
import { followIndustry } from "../commands/organizations/follow-industry.ts";
import { sendNotification } from "../commands/notifications/send-notification.ts";
import { followPolicy } from "../commands/policies/follow-policy.ts";
import type { JobHandlers } from "./run-jobs.ts";

/** What runs each kind of job. Every one may run twice. */
export const jobHandlers: JobHandlers = {
  "certificate.render": async (app, { certificateId }) => {
    await renderCertificateFile(app, certificateId);
  },
  "organization.follow-industry": followIndustry,
  "organization.follow-move": followMove,
  "class.declare": (app, { applicationId }) => declareClass(app, applicationId),
  "years.follow-policy": followPolicy,
  "people.import": (app, { importId }) => runPeopleImport(app, importId),
  "notification.send": (app, { notificationId }) => sendNotification(app, notificationId),
  "phone.send": (app: App, { phoneCipher, textCipher }) =>
    app.phone.send(app.secrets.decrypt(phoneCipher), app.secrets.decrypt(textCipher)),
};
