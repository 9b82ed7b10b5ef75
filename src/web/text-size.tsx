import { ConfigProvider } from "antd";
import zhCN from "antd/locale/zh_CN";
import { createContext, useContext, useEffect, useMemo, useState, type ReactNode } from "react";
import { theme } from "./theme.ts";
import { useReducedMotion } from "./use-reduced-motion.ts";

/** 大字版 for elderly users (NFR-04): larger text, larger controls, kept in this browser. */
export interface TextSize {
  large: boolean;
  toggle: () => void;
}

const storageKey = "xueshi.text";
const TextSizeContext = createContext<TextSize>({ large: false, toggle: () => {} });

/** The design of the platform as the user chose its text size and its motion; everything visible is inside. */
export function TextSizeProvider({ children }: { children: ReactNode }) {
  const [large, setLarge] = useState(() => localStorage.getItem(storageKey) === "large");
  useEffect(() => {
    document.documentElement.dataset["text"] = large ? "large" : "standard";
    localStorage.setItem(storageKey, large ? "large" : "standard");
  }, [large]);
  const state = useMemo(() => ({ large, toggle: () => setLarge((before) => !before) }), [large]);
  const motion = !useReducedMotion();
  const sizes = large ? { fontSize: 18, controlHeight: 44 } : {};
  const design = { ...theme, token: { ...theme.token, ...sizes, motion } };
  return (
    <TextSizeContext.Provider value={state}>
      <ConfigProvider locale={zhCN} theme={design} button={{ autoInsertSpace: false }}>
        {children}
      </ConfigProvider>
    </TextSizeContext.Provider>
  );
}

export function useTextSize(): TextSize {
  return useContext(TextSizeContext);
}
