import type Koa from "koa";
import mongoose from "mongoose";

/** `/healthz`: the process answers. `/readyz`: the database answers too and the server is not stopping. */
export function health(isStopping: () => boolean): Koa.Middleware {
  return async (koa, next) => {
    if (koa.path === "/healthz") {
      koa.body = { status: "ok" };
      return;
    }
    if (koa.path !== "/readyz") return next();
    const ready = !isStopping() && (await databaseAnswers());
    koa.status = ready ? 200 : 503;
    koa.body = { status: ready ? "ready" : "not ready" };
  };
}

async function databaseAnswers(): Promise<boolean> {
  try {
    const answer = await mongoose.connection.db?.admin().command({ ping: 1 }, { timeoutMS: 2000 });
    return answer?.["ok"] === 1;
  } catch {
    return false;
  }
}
