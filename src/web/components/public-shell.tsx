import type { ReactNode } from "react";
import { Link, NavLink, Outlet } from "react-router";
import { useSession } from "../session.tsx";
import { useTextSize } from "../text-size.tsx";
import { fallbackName, usePlatform } from "./platform.ts";
import { useTitle } from "./use-title.ts";

/** The frame of the pages that need no login: platform name, four links, the sponsor (GEN-01, GEN-03). */
export function PublicShell() {
  const platform = usePlatform();
  const { session } = useSession();
  const text = useTextSize();
  const name = platform?.name ?? fallbackName;
  return (
    <div className="public">
      <a className="skip-link" href="#main">
        跳到主要内容
      </a>
      <header className="public-head">
        <Link to="/" className="public-name">
          <img src={logo} alt="" width={36} height={36} />
          <span>{name}</span>
        </Link>
        <nav aria-label="公共服务">
          <PublicLink to="/">首页</PublicLink>
          <PublicLink to="/registration-progress">注册进度</PublicLink>
          <PublicLink to="/verify">证书核验</PublicLink>
          <PublicLink to="/help">帮助中心</PublicLink>
          {session !== null && <PublicLink to="/workspace">进入工作台</PublicLink>}
          <button type="button" className="public-link" aria-pressed={text.large} onClick={text.toggle}>
            大字版
          </button>
        </nav>
      </header>
      <main id="main" tabIndex={-1}>
        <Outlet />
      </main>
      <footer className="public-foot">
        <p>主办单位：{platform?.sponsor ?? "…"}</p>
        <p>
          {name}
          {platform !== undefined && ` · 版本 ${platform.version}`} · 建议使用最新版
          Chrome、Edge、Firefox、Safari 浏览器或手机浏览器
        </p>
      </footer>
    </div>
  );
}

function PublicLink({ to, children }: { to: string; children: ReactNode }) {
  return (
    <NavLink to={to} end className="public-link">
      {children}
    </NavLink>
  );
}

const logo = new URL("../icon.svg", import.meta.url).href;

/** The white card in the middle that login, registration and verification share. */
export function PublicCard({ title, hint, wide, children }: PublicCardProps) {
  useTitle(title);
  return (
    <section className={wide === true ? "public-card public-card-wide" : "public-card"}>
      <h1>{title}</h1>
      {hint !== undefined && <p className="page-hint">{hint}</p>}
      {children}
    </section>
  );
}

interface PublicCardProps {
  title: string;
  hint?: ReactNode;
  wide?: boolean;
  children: ReactNode;
}
