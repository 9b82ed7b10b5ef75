import * as contracts from "../../shared/contracts/make-up-windows.ts";
import { closeMakeUpWindow } from "../commands/make-up-windows/close-make-up-window.ts";
import { openMakeUpWindow } from "../commands/make-up-windows/open-make-up-window.ts";
import { command, query } from "../http/endpoint.ts";
import { presentMakeUpWindow, presentMakeUpWindows } from "../presenters/make-up-window.ts";
import { listMakeUpWindows } from "../queries/make-up-windows/list-make-up-windows.ts";

/** Past years opened again by bureaus (PST-02). */
export const makeUpWindowRoutes = [
  command(contracts.openMakeUpWindow, openMakeUpWindow, presentMakeUpWindow),
  query(contracts.listMakeUpWindows, listMakeUpWindows, presentMakeUpWindows),
  command(contracts.closeMakeUpWindow, closeMakeUpWindow),
];
