import { Button, Input } from "antd";
import "./workflow.css";

/** 常用语: opinions that reviewers write again and again (convention 3). */
const phrases = {
  approve: ["情况属实，同意。", "材料齐全，符合规定，同意上报。"],
  reject: [
    "证明材料不完整，请补充后重新提交。",
    "证明材料与申报内容不一致，请核对后重新提交。",
    "证明材料不清晰，请重新扫描上传。",
    "学时计算依据不足，请补充说明。",
    "不属于本单位人员，请核对所选单位。",
    "与已申报内容重复。",
  ],
} as const;

export interface OpinionFieldProps {
  id?: string;
  value?: string | undefined;
  onChange?: (text: string) => void;
  tone: "approve" | "reject";
}

/** 审批意见 with its 常用语, which are added to what is already written. */
export function OpinionField({ id, value = "", onChange, tone }: OpinionFieldProps) {
  return (
    <>
      <Input.TextArea
        {...(id === undefined ? {} : { id })}
        rows={2}
        maxLength={500}
        value={value}
        onChange={(event) => onChange?.(event.target.value)}
        placeholder={tone === "reject" ? "请写明驳回原因，申请人将看到" : "可不填写"}
      />
      <div className="opinion-phrases" role="group" aria-label="常用语">
        <span>常用语：</span>
        {phrases[tone].map((phrase) => (
          <Button
            key={phrase}
            size="small"
            onClick={() => onChange?.(value === "" ? phrase : `${value}${phrase}`)}
          >
            {phrase}
          </Button>
        ))}
      </div>
    </>
  );
}
