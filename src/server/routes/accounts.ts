import * as contracts from "../../shared/contracts/accounts.ts";
import { changePassword } from "../commands/accounts/change-password.ts";
import { changePhone } from "../commands/accounts/change-phone.ts";
import { createCaptcha } from "../commands/accounts/create-captcha.ts";
import { logIn } from "../commands/accounts/log-in.ts";
import { logOut } from "../commands/accounts/log-out.ts";
import { resetForgottenPassword } from "../commands/accounts/reset-forgotten-password.ts";
import { resetPersonPassword } from "../commands/accounts/reset-person-password.ts";
import { sendCaptchaCode } from "../commands/accounts/send-captcha-code.ts";
import { sendPhoneCode } from "../commands/accounts/send-phone-code.ts";
import { switchRole } from "../commands/accounts/switch-role.ts";
import { command, orchestration, query } from "../http/endpoint.ts";
import { presentSession } from "../presenters/session.ts";
import { getSession } from "../queries/accounts/get-session.ts";

/** Captchas, sessions, passwords. Whatever hashes a password or spends a captcha opens its transaction itself. */
export const accountRoutes = [
  orchestration(contracts.getCaptcha, createCaptcha, undefined, { keepAnswer: false }),
  orchestration(contracts.sendCaptchaCode, sendCaptchaCode, undefined, { keepAnswer: false }),
  orchestration(contracts.logIn, logIn, presentSession, { sessionToken: (result) => result.token }),
  query(contracts.getSession, getSession, presentSession),
  command(contracts.logOut, logOut, undefined, { sessionToken: () => null }),
  command(contracts.switchRole, switchRole, presentSession),
  orchestration(contracts.changePassword, changePassword),
  orchestration(contracts.changePhone, changePhone),
  orchestration(contracts.sendPhoneCode, sendPhoneCode),
  orchestration(contracts.resetForgottenPassword, resetForgottenPassword),
  command(contracts.resetPersonPassword, resetPersonPassword, undefined, { keepAnswer: false }),
];
