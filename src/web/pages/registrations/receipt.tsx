import { Button, Result } from "antd";
import { Link } from "react-router";

export interface Receipt {
  receiptNumber: string;
  message: string;
  reviewer: string;
}

/** 注册成功 with the 受理号, who reviews it, and what happens next (REG-19, REG-28, PER-02). */
export function ReceiptView({ receipt }: { receipt: Receipt }) {
  return (
    <Result
      status="success"
      title="注册成功"
      subTitle={receipt.message}
      extra={
        <div className="form-actions" style={{ justifyContent: "center" }}>
          <Button onClick={() => window.print()}>打印回执</Button>
          <Link className="button-link" to="/registration-progress">
            注册审核进度查询
          </Link>
          <Link className="button-link button-link-primary" to="/">
            返回首页
          </Link>
        </div>
      }
    >
      <div style={{ textAlign: "center" }}>
        <p>受理号</p>
        <p className="receipt-number" data-testid="receipt-number">
          {receipt.receiptNumber}
        </p>
        <p>审核部门：{receipt.reviewer}</p>
        <p className="page-hint">
          待审核通过后，即可登录。请保存受理号，可随时查询进度；选错审核部门的，可撤回后重新注册。
        </p>
      </div>
    </Result>
  );
}
