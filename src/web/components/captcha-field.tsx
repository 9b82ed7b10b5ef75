import { Button, Form, Input } from "antd";
import { useCallback, useEffect, useRef, useState } from "react";
import { getCaptcha, sendCaptchaCode } from "../../shared/contracts/accounts.ts";
import { mobilePhone } from "../../shared/contracts/fields.ts";
import { callApi, errorText } from "../api.ts";

export interface Captcha {
  id: string;
  image: string | null;
  problem: string | null;
  /** a code was sent to a phone in place of the picture (LOG-14) */
  byPhone: boolean;
  /** the phone that has it; null until it is sent, and after each attempt */
  sentTo: string | null;
  refresh: () => void;
  choose: (byPhone: boolean) => void;
  /** answers whether the code was sent; `problem` says why not */
  send: (phone: string) => Promise<boolean>;
}

interface State {
  id: string;
  image: string | null;
  problem: string | null;
  sentTo: string | null;
}

const nothing: State = { id: "", image: null, problem: null, sentTo: null };

/**
 * One captcha at a time, a picture or a code sent to a phone; `refresh` fetches another picture, or says that a new code
 * is needed (each answer can be tried once).
 */
export function useCaptcha({ onlyPhone = false } = {}): Captcha {
  const [state, setState] = useState(nothing);
  const [byPhone, setByPhone] = useState(onlyPhone);
  const chosen = useRef(onlyPhone);
  const fetchPicture = useCallback(() => {
    callApi(getCaptcha, {}).then(
      (answer) =>
        setState({
          ...nothing,
          id: answer.captchaId,
          // As an image source, not as markup: whatever the server sent cannot run in the page.
          image: `data:image/svg+xml;charset=utf-8,${encodeURIComponent(answer.svg)}`,
        }),
      (error: unknown) => setState({ ...nothing, problem: errorText(error) }),
    );
  }, []);
  useEffect(() => {
    if (!chosen.current) fetchPicture();
  }, [fetchPicture]);
  const refresh = useCallback(() => {
    if (chosen.current) setState({ ...nothing, problem: "短信验证码只能使用一次，请重新获取" });
    else fetchPicture();
  }, [fetchPicture]);
  const choose = (phone: boolean) => {
    chosen.current = phone;
    setByPhone(phone);
    setState(nothing);
    if (!phone) refresh();
  };
  const send = async (phone: string) => {
    const given = mobilePhone.safeParse(phone);
    if (!given.success) {
      setState({ ...nothing, problem: given.error.issues[0]?.message ?? "手机号码有误" });
      return false;
    }
    try {
      const { captchaId } = await callApi(sendCaptchaCode, { phone: given.data });
      setState({ ...nothing, id: captchaId, sentTo: given.data });
      return true;
    } catch (error) {
      setState({ ...nothing, problem: errorText(error) });
      return false;
    }
  };
  return { ...state, byPhone, refresh, choose, send };
}

/** What the button says, and is called, until the picture has come. */
const fetchName = "获取验证码";

/**
 * 验证码: the characters and their picture, which a click (or Enter) replaces (LOG-02); for whoever cannot read it a code
 * sent to a phone (LOG-14), which alone will do where the phone is to be verified. Form field `captchaText`.
 */
export function CaptchaField({ captcha, onlyPhone = false }: { captcha: Captcha; onlyPhone?: boolean }) {
  const { byPhone } = captcha;
  return (
    <>
      {byPhone && <CodePhone captcha={captcha} />}
      <Form.Item
        label="验证码"
        required
        className="captcha-item"
        extra={<CaptchaHint captcha={captcha} onlyPhone={onlyPhone} />}
      >
        <div className="captcha-row">
          <Form.Item name="captchaText" noStyle rules={[{ required: true, message: "请输入验证码" }]}>
            <Input
              autoComplete={byPhone ? "one-time-code" : "off"}
              inputMode={byPhone ? "numeric" : "text"}
              maxLength={10}
              placeholder={byPhone ? "请输入短信中的6位数字" : "请输入图中字符"}
              aria-label="验证码"
            />
          </Form.Item>
          {!byPhone && <Picture captcha={captcha} />}
        </div>
      </Form.Item>
    </>
  );
}

function Picture({ captcha: { image, refresh } }: { captcha: Captcha }) {
  return (
    <Button
      className="captcha-image"
      onClick={refresh}
      aria-label={image === null ? fetchName : "刷新验证码"}
      title="点击刷新验证码"
    >
      {image === null ? fetchName : <img src={image} alt="验证码图片" height={40} />}
    </Button>
  );
}

interface CaptchaHintProps {
  captcha: Captcha;
  onlyPhone: boolean;
}

function CaptchaHint({ captcha: { byPhone, problem, sentTo, choose }, onlyPhone }: CaptchaHintProps) {
  const sent = sentTo === null ? "请先获取短信验证码" : `已发送至 ${sentTo}，10分钟内有效`;
  return (
    <>
      <span role="status">{problem ?? (byPhone ? sent : "看不清？点击图片换一张")}</span>
      {!onlyPhone && (
        <Button type="link" size="small" onClick={() => choose(!byPhone)}>
          {byPhone ? "改用图片验证码" : "改用短信验证码"}
        </Button>
      )}
    </>
  );
}

/** Where the code goes: any phone at hand, it need not be known to the platform. */
function CodePhone({ captcha }: { captcha: Captcha }) {
  const [phone, setPhone] = useState("");
  const [busy, setBusy] = useState(false);
  const send = async () => {
    setBusy(true);
    await captcha.send(phone);
    setBusy(false);
  };
  return (
    <Form.Item label="接收短信的手机号码" required htmlFor="captcha-phone">
      <div className="captcha-row">
        <Input
          id="captcha-phone"
          value={phone}
          onChange={(event) => setPhone(event.target.value)}
          autoComplete="tel"
          inputMode="tel"
          maxLength={11}
        />
        <Button onClick={() => void send()} loading={busy}>
          获取短信验证码
        </Button>
      </div>
    </Form.Item>
  );
}
