import { DatePicker } from "antd";
import dayjs from "dayjs";

export interface DateFieldProps {
  id?: string;
  value?: string | undefined;
  onChange?: (date: string | undefined) => void;
  placeholder?: string;
  "aria-label"?: string;
}

/** A calendar date whose value is its ISO text, so that no time zone ever touches it. */
export function DateField({ id, value, onChange, placeholder, ...rest }: DateFieldProps) {
  const shown = value === undefined || value === "" ? null : dayjs(value);
  return (
    <DatePicker
      {...(id === undefined ? {} : { id })}
      {...(rest["aria-label"] === undefined ? {} : { "aria-label": rest["aria-label"] })}
      value={shown}
      format="YYYY-MM-DD"
      placeholder={placeholder ?? "如 2026-11-23"}
      onKeyDown={(event) => {
        // Enter takes the typed date; it must not send the form around it as well.
        if (event.key === "Enter") event.preventDefault();
      }}
      onChange={(date) => onChange?.(date === null ? undefined : date.format("YYYY-MM-DD"))}
      style={{ width: "100%", maxWidth: 220 }}
    />
  );
}
