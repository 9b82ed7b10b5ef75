import { z } from "zod";
import { isJsonObject } from "./drafts.ts";
import { defineEndpoint } from "./endpoint.ts";
import { captcha, done, id, idParams, mobilePhone, text } from "./fields.ts";

/**
 * Drafts of registrations (REG-30). Who fills one in has no account: a code that was sent to his phone
 * (`sendCaptchaCode`) proves who he is, when he saves it first and when he goes on with it elsewhere.
 */

/** Drafts that one phone keeps. */
export const mostRegistrationDrafts = 5;
const mostCharacters = 20_000;
const secret = /"[^"]*(?:password|confirmation|captcha)[^"]*"\s*:/i;

const saved = {
  title: text(200, 0),
  /** what the wizard holds, as JSON; nothing in it counts before it is submitted */
  content: z
    .string()
    .max(mostCharacters, "草稿内容过长")
    .refine(isJsonObject, "草稿内容应为 JSON 对象")
    .refine((content) => !secret.test(content), "草稿不得含有密码或验证码"),
  /** scans that were uploaded for it */
  fileIds: z.array(id).max(5, "一份注册草稿最多5个文件").default([]),
};

/** What one needs to save, submit or delete a draft without another code. */
const token = z.string().regex(/^[0-9A-Z]{32}$/, "草稿凭证格式不正确");
const kind = z.enum(["employer", "authority", "base", "person"], "注册类型不正确");
const times = { savedAt: z.string(), expiresAt: z.string() };

/** A draft that ends with the registration that is made of it. */
export const draftOfRegistration = z.strictObject({ id, token });

export const createRegistrationDraft = defineEndpoint({
  id: "createRegistrationDraft",
  method: "POST",
  path: "/registrations/drafts",
  summary: "保存注册草稿（验证码须为该手机收到的短信验证码）",
  access: "public",
  body: z.strictObject({ kind, phone: mobilePhone, ...saved, ...captcha }),
  response: z.object({ id: z.string(), token: z.string(), ...times }),
  errors: [
    "captcha.wrong",
    "registration_draft.too_many",
    "file.not_found",
    "request.conflict",
    "request.too_many",
  ],
});

export const resumeRegistrationDrafts = defineEndpoint({
  id: "resumeRegistrationDrafts",
  method: "POST",
  path: "/registrations/drafts/resumption",
  summary: "凭手机短信验证码取回注册草稿",
  access: "public",
  body: z.strictObject({ phone: mobilePhone, ...captcha }),
  response: z.object({
    drafts: z.array(
      z.object({
        id: z.string(),
        token: z.string(),
        kind,
        title: z.string(),
        content: z.string(),
        ...times,
      }),
    ),
  }),
  errors: ["captcha.wrong", "request.conflict", "request.too_many"],
});

export const saveRegistrationDraft = defineEndpoint({
  id: "saveRegistrationDraft",
  method: "PUT",
  path: "/registrations/drafts/:id",
  summary: "覆盖注册草稿",
  access: "public",
  params: idParams,
  body: z.strictObject({ token, ...saved }),
  response: z.object(times),
  errors: ["registration_draft.not_found", "file.not_found", "request.conflict", "request.too_many"],
});

export const deleteRegistrationDraft = defineEndpoint({
  id: "deleteRegistrationDraft",
  method: "POST",
  path: "/registrations/drafts/:id/deletion",
  summary: "删除注册草稿",
  access: "public",
  params: idParams,
  body: z.strictObject({ token }),
  response: done,
  errors: ["registration_draft.not_found", "request.conflict", "request.too_many"],
});
