import { Result } from "antd";
import { Link } from "react-router";
import { useTitle } from "../../components/use-title.ts";

export function NotFoundPage() {
  useTitle("页面不存在");
  return (
    <Result
      status="404"
      title={<h1>页面不存在</h1>}
      subTitle="地址可能已更改，或链接不完整。请检查地址，或从首页、工作台重新进入。"
      extra={
        <>
          <Link className="button-link button-link-primary" to="/">
            返回首页
          </Link>{" "}
          <Link className="button-link" to="/workspace">
            进入工作台
          </Link>
        </>
      }
    />
  );
}
