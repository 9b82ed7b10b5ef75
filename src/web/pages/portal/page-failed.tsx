import { useRouteError } from "react-router";

/** What stands in for a page that could not be loaded or broke: never a white screen (GEN-13). */
export function PageFailed() {
  const error = useRouteError();
  const offline = error instanceof TypeError && /dynamically imported module|fetch/i.test(error.message);
  return (
    <main className="public-card" role="alert">
      <h1>{offline ? "页面加载失败" : "页面出现异常"}</h1>
      <p className="page-hint">
        {offline
          ? "网络中断，或平台刚刚更新。请刷新页面重试。"
          : "抱歉，此页面出现异常。已填写的内容如有草稿会保留，请刷新页面重试。"}
      </p>
      <div className="form-actions">
        <button
          type="button"
          className="button-link button-link-primary"
          onClick={() => window.location.reload()}
        >
          刷新页面
        </button>
        <a className="button-link" href="/">
          返回首页
        </a>
      </div>
    </main>
  );
}
