import { useQuery, useQueryClient, type QueryClient } from "@tanstack/react-query";
import { Button, Result, Spin } from "antd";
import { createContext, useCallback, useContext, useEffect, useMemo, type ReactNode } from "react";
import { Link, Navigate, useLocation } from "react-router";
import {
  getSession,
  logOut as logOutContract,
  switchRole as switchRoleContract,
  type SessionView,
} from "../shared/contracts/accounts.ts";
import { modules, type Module } from "../shared/modules.ts";
import { ApiError, callApi, onSessionLost } from "./api.ts";

/** Who is signed in, in which role, and what that role may do. The cookie itself is out of a page's reach. */
export interface SessionState {
  session: SessionView | null;
  loading: boolean;
  /** Asks the server again; answers with the session, or null when there is none. */
  refresh: () => Promise<SessionView | null>;
  logOut: () => Promise<void>;
  switchRole: (roleKey: string) => Promise<void>;
}

const SessionContext = createContext<SessionState | null>(null);
const sessionKey = ["session"];

async function loadSession(): Promise<SessionView | null> {
  try {
    return await callApi(getSession, {});
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) return null;
    throw error;
  }
}

/** What one role was shown must not stay on the screen of the next. */
function forgetPersonalData(client: QueryClient): void {
  client.removeQueries({
    predicate: ({ queryKey }) => queryKey[0] !== "platform" && queryKey[0] !== "session",
  });
}

export function SessionProvider({ children }: { children: ReactNode }) {
  const client = useQueryClient();
  const query = useQuery({ queryKey: sessionKey, queryFn: loadSession, staleTime: 60_000, retry: 1 });
  useEffect(() => onSessionLost(() => client.setQueryData(sessionKey, null)), [client]);
  const refresh = useCallback(
    () => client.fetchQuery({ queryKey: sessionKey, queryFn: loadSession, staleTime: 0 }),
    [client],
  );
  const logOut = useCallback(async () => {
    await callApi(logOutContract, {});
    forgetPersonalData(client);
    client.setQueryData(sessionKey, null);
  }, [client]);
  const switchRole = useCallback(
    async (roleKey: string) => {
      const next = await callApi(switchRoleContract, { roleKey });
      forgetPersonalData(client);
      client.setQueryData(sessionKey, next);
    },
    [client],
  );
  const state = useMemo(
    () => ({ session: query.data ?? null, loading: query.isPending, refresh, logOut, switchRole }),
    [query.data, query.isPending, refresh, logOut, switchRole],
  );
  return <SessionContext.Provider value={state}>{children}</SessionContext.Provider>;
}

export function useSession(): SessionState {
  const state = useContext(SessionContext);
  if (state === null) throw new Error("useSession is used outside SessionProvider");
  return state;
}

/** The session of a page inside RequireSession, where there always is one. */
export function useSignedIn(): SessionView {
  const { session } = useSession();
  if (session === null) throw new Error("useSignedIn is used outside RequireSession");
  return session;
}

/** True when the role in use has the module. */
export function useHasModule(module: Module): boolean {
  return useSession().session?.modules.includes(module) ?? false;
}

/** Shows its children to who is signed in; sends everyone else to the login page and back again afterwards. */
export function RequireSession({ children }: { children: ReactNode }) {
  const { session, loading } = useSession();
  const location = useLocation();
  if (loading) return <Spin className="page-spin" description="正在核对登录状态" fullscreen />;
  const here = encodeURIComponent(`${location.pathname}${location.search}`);
  if (session === null) return <Navigate to={`/login?next=${here}`} replace />;
  if (session.mustChangePassword) return <Navigate to={`/change-password?next=${here}`} replace />;
  return children;
}

/** Shows its children when the role has one of the modules, else says which permission is missing. */
export function RequireModule({
  module,
  children,
}: {
  module: Module | readonly Module[];
  children: ReactNode;
}) {
  const { session } = useSession();
  const wanted: readonly Module[] = typeof module === "string" ? [module] : module;
  if (session !== null && wanted.some((name) => session.modules.includes(name))) return children;
  return <NoPermission missing={wanted.map((name) => modules[name]).join("、")} />;
}

export function NoPermission({ missing }: { missing: string }) {
  return (
    <Result
      status="403"
      title={<h1>没有权限</h1>}
      subTitle={`当前角色没有「${missing}」的权限。如需办理，请联系本单位超级管理员授权，或切换到有权限的角色。`}
      extra={
        <Link to="/workspace">
          <Button type="primary">返回工作台</Button>
        </Link>
      }
    />
  );
}
