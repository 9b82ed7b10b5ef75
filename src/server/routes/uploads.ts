import * as contracts from "../../shared/contracts/uploads.ts";
import { cancelUpload } from "../commands/uploads/cancel-upload.ts";
import { completeUpload } from "../commands/uploads/complete-upload.ts";
import { sendUploadPart } from "../commands/uploads/send-upload-part.ts";
import { startUpload } from "../commands/uploads/start-upload.ts";
import { command, orchestration, query } from "../http/endpoint.ts";
import { presentStoredFile } from "../presenters/file.ts";
import { presentUpload } from "../presenters/upload.ts";
import { getUpload } from "../queries/uploads/get-upload.ts";

/** Videos, sent part by part. */
export const uploadRoutes = [
  command(contracts.startUpload, startUpload, presentUpload),
  orchestration(contracts.sendUploadPart, sendUploadPart),
  query(contracts.getUpload, getUpload, presentUpload),
  orchestration(contracts.completeUpload, completeUpload, presentStoredFile),
  orchestration(contracts.cancelUpload, cancelUpload),
];
