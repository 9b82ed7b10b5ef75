import { Breadcrumb } from "antd";
import type { ReactNode } from "react";
import { Link } from "react-router";
import { useTitle } from "./use-title.ts";

export interface PageHeadProps {
  title: string;
  /** what the page is for, one line */
  hint?: ReactNode;
  /** between 工作台 and the title */
  trail?: readonly { title: string; to?: string }[];
  actions?: ReactNode;
}

/** Breadcrumbs, the one h1 of a workspace page, its actions; also the window's title. */
export function PageHead({ title, hint, trail = [], actions }: PageHeadProps) {
  useTitle(title);
  return (
    <header className="page-head">
      <Breadcrumb
        items={[
          { title: <Link to="/workspace">工作台</Link> },
          ...trail.map((part) => ({
            title: part.to === undefined ? part.title : <Link to={part.to}>{part.title}</Link>,
          })),
          { title },
        ]}
      />
      <div className="page-head-row">
        <div>
          <h1>{title}</h1>
          {hint !== undefined && <p className="page-hint">{hint}</p>}
        </div>
        {actions !== undefined && <div className="page-actions">{actions}</div>}
      </div>
    </header>
  );
}
