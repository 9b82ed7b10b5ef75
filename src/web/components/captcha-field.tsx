import { Button, Form, Input } from "antd";
import { useCallback, useEffect, useState } from "react";
import { getCaptcha } from "../../shared/contracts/accounts.ts";
import { callApi, errorText } from "../api.ts";

export interface Captcha {
  id: string;
  image: string | null;
  problem: string | null;
  refresh: () => void;
}

/** One captcha image at a time; `refresh` fetches another (each answer can be tried once). */
export function useCaptcha(): Captcha {
  const [state, setState] = useState<{ id: string; image: string | null; problem: string | null }>({
    id: "",
    image: null,
    problem: null,
  });
  const refresh = useCallback(() => {
    callApi(getCaptcha, {}).then(
      (answer) =>
        setState({
          id: answer.captchaId,
          // As an image source, not as markup: whatever the server sent cannot run in the page.
          image: `data:image/svg+xml;charset=utf-8,${encodeURIComponent(answer.svg)}`,
          problem: null,
        }),
      (error: unknown) => setState({ id: "", image: null, problem: errorText(error) }),
    );
  }, []);
  useEffect(refresh, [refresh]);
  return { ...state, refresh };
}

/** What the button says, and is called, until the picture has come. */
const fetchName = "获取验证码";

/** 验证码: the characters and their picture, which a click (or Enter) replaces (LOG-02). Form field `captchaText`. */
export function CaptchaField({ captcha }: { captcha: Captcha }) {
  return (
    <Form.Item
      label="验证码"
      required
      className="captcha-item"
      extra={captcha.problem ?? "看不清？点击图片换一张"}
    >
      <div className="captcha-row">
        <Form.Item name="captchaText" noStyle rules={[{ required: true, message: "请输入验证码" }]}>
          <Input autoComplete="off" maxLength={10} placeholder="请输入图中字符" aria-label="验证码" />
        </Form.Item>
        <Button
          className="captcha-image"
          onClick={captcha.refresh}
          aria-label={captcha.image === null ? fetchName : "刷新验证码"}
          title="点击刷新验证码"
        >
          {captcha.image === null ? fetchName : <img src={captcha.image} alt="验证码图片" height={40} />}
        </Button>
      </div>
    </Form.Item>
  );
}
