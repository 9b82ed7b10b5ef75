import { useEffect, useRef, type ComponentType } from "react";
import {
  createBrowserRouter,
  Outlet,
  ScrollRestoration,
  useLocation,
  useNavigation,
  type Location,
  type RouteObject,
} from "react-router";
import { PublicShell } from "./components/public-shell.tsx";
import { PageFailed } from "./pages/portal/page-failed.tsx";
import { PortalPage } from "./pages/portal/portal-page.tsx";

/** All addresses of the platform. Every page but the portal is its own chunk, loaded when it is opened. */

type Loader = () => Promise<ComponentType>;

function page(path: string, load: Loader): RouteObject {
  return { path, lazy: async () => ({ Component: await load() }) };
}

const publicPages: RouteObject[] = [
  { index: true, Component: PortalPage },
  page("login", () => import("./pages/accounts/login-page.tsx").then((m) => m.LoginPage)),
  page("forgotten-password", () =>
    import("./pages/accounts/forgotten-password-page.tsx").then((m) => m.ForgottenPasswordPage),
  ),
  page("closed-record", () =>
    import("./pages/accounts/closed-record-page.tsx").then((m) => m.ClosedRecordPage),
  ),
  page("change-password", () =>
    import("./pages/accounts/change-password-page.tsx").then((m) => m.ChangePasswordPage),
  ),
  page("change-phone", () => import("./pages/accounts/change-phone-page.tsx").then((m) => m.ChangePhonePage)),
  page("register/organization", () =>
    import("./pages/registrations/register-organization-page.tsx").then((m) => m.RegisterOrganizationPage),
  ),
  page("register/person", () =>
    import("./pages/registrations/register-person-page.tsx").then((m) => m.RegisterPersonPage),
  ),
  page("registration-progress", () =>
    import("./pages/registrations/progress-page.tsx").then((m) => m.ProgressPage),
  ),
  page("verify", () => import("./pages/verification/verify-page.tsx").then((m) => m.VerifyPage)),
  page("help", () => import("./pages/help/help-page.tsx").then((m) => m.HelpPage)),
  page("*", () => import("./pages/portal/not-found-page.tsx").then((m) => m.NotFoundPage)),
];

const workspacePages: RouteObject[] = [
  {
    index: true,
    lazy: async () => ({ Component: (await import("./pages/workspace/home-page.tsx")).HomePage }),
  },
  page("tasks", () => import("./pages/workflow/todo-page.tsx").then((m) => m.TodoPage)),
  page("instances", () => import("./pages/instances/instances-page.tsx").then((m) => m.InstancesPage)),
  page("definitions", () =>
    import("./pages/definitions/definitions-page.tsx").then((m) => m.DefinitionsPage),
  ),
  page("instances/:id", () => import("./pages/workflow/instance-page.tsx").then((m) => m.InstancePage)),
  page("declare", () => import("./pages/declarations/declare-page.tsx").then((m) => m.DeclarePage)),
  page("declarations", () =>
    import("./pages/declarations/declarations-page.tsx").then((m) => m.DeclarationsPage),
  ),
  page("declarations/:id", () =>
    import("./pages/declarations/declaration-page.tsx").then((m) => m.DeclarationPage),
  ),
  page("declarations/:id/resubmit", () =>
    import("./pages/declarations/declare-page.tsx").then((m) => m.DeclarePage),
  ),
  page("training-plans", () =>
    import("./pages/training-plans/training-plans-page.tsx").then((m) => m.TrainingPlansPage),
  ),
  page("training-plans/new", () =>
    import("./pages/training-plans/plan-form-page.tsx").then((m) => m.NewPlanPage),
  ),
  page("training-plans/:id", () => import("./pages/training-plans/plan-page.tsx").then((m) => m.PlanPage)),
  page("training-plans/:id/declare", () =>
    import("./pages/training-plans/session-form-page.tsx").then((m) => m.NewSessionPage),
  ),
  page("plan-declarations/:id/resubmit", () =>
    import("./pages/training-plans/session-form-page.tsx").then((m) => m.CorrectedSessionPage),
  ),
  page("training-plans/:id/:change", () =>
    import("./pages/training-plans/plan-form-page.tsx").then((m) => m.ChangedPlanPage),
  ),
  page("applications", () =>
    import("./pages/applications/applications-page.tsx").then((m) => m.ApplicationsPage),
  ),
  page("applications/:id", () =>
    import("./pages/applications/application-page.tsx").then((m) => m.ApplicationPage),
  ),
  page("profile", () => import("./pages/profile/profile-page.tsx").then((m) => m.ProfilePage)),
  page("profile/change", () =>
    import("./pages/profile/profile-change-page.tsx").then((m) => m.ProfileChangePage),
  ),
  page("transfer", () => import("./pages/transfers/transfer-page.tsx").then((m) => m.TransferPage)),
  page("transfers/release", () => import("./pages/transfers/release-page.tsx").then((m) => m.ReleasePage)),
  page("imports", () => import("./pages/imports/import-page.tsx").then((m) => m.ImportPage)),
  page("people", () => import("./pages/people/people-page.tsx").then((m) => m.PeoplePage)),
  page("people/:id", () => import("./pages/people/person-page.tsx").then((m) => m.PersonPage)),
  page("years", () => import("./pages/people/years-page.tsx").then((m) => m.YearsPage)),
  page("certificates", () =>
    import("./pages/certificates/certificates-page.tsx").then((m) => m.CertificatesPage),
  ),
  page("organization", () =>
    import("./pages/organizations/organization-page.tsx").then((m) => m.OrganizationPage),
  ),
  page("organizations/:id", () =>
    import("./pages/organizations/organization-page.tsx").then((m) => m.OrganizationPage),
  ),
  page("subordinates", () =>
    import("./pages/organizations/subordinates-page.tsx").then((m) => m.SubordinatesPage),
  ),
  page("bureaus/new", () => import("./pages/organizations/bureau-page.tsx").then((m) => m.BureauPage)),
  page("policies", () => import("./pages/policies/policies-page.tsx").then((m) => m.PoliciesPage)),
  page("audit", () => import("./pages/workspace/audit-page.tsx").then((m) => m.AuditPage)),
  page("*", () => import("./pages/portal/not-found-page.tsx").then((m) => m.NotFoundPage)),
];

function Root() {
  const navigation = useNavigation();
  useFocusOnPage();
  return (
    <>
      {navigation.state !== "idle" && (
        <div className="route-progress" role="progressbar" aria-label="正在打开页面" />
      )}
      <Outlet />
      <ScrollRestoration getKey={scrollKey} />
    </>
  );
}

/** After a link the keyboard and the screen reader go on at the new page, not at the link that is gone. */
function useFocusOnPage(): void {
  const { pathname } = useLocation();
  const previous = useRef(pathname);
  useEffect(() => {
    if (previous.current === pathname) return;
    previous.current = pathname;
    document.getElementById("main")?.focus({ preventScroll: true });
  }, [pathname]);
}

/** Every first page of a visit has the key "default": without its address one page would restore another's place. */
function scrollKey(location: Location): string {
  return location.key === "default" ? `${location.pathname}${location.search}${location.hash}` : location.key;
}

export const router = createBrowserRouter([
  {
    Component: Root,
    ErrorBoundary: PageFailed,
    HydrateFallback: () => <p className="boot-notice">正在打开平台…</p>,
    children: [
      { path: "/", Component: PublicShell, ErrorBoundary: PageFailed, children: publicPages },
      {
        path: "/workspace",
        lazy: async () => ({ Component: (await import("./components/page-shell.tsx")).PageShell }),
        ErrorBoundary: PageFailed,
        children: workspacePages,
      },
    ],
  },
]);
