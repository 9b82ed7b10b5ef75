import type { ThemeConfig } from "antd";

/** Colours of the platform. Every text colour has a contrast of at least 4.5:1 on the grounds it is used on. */
export const colors = {
  brand: "#0b5cad",
  brandDeep: "#0a3d78",
  seal: "#c8102e",
  success: "#19703a",
  warning: "#8f5300",
  text: "#1b2430",
  textSoft: "#4a5666",
  ground: "#f3f6fa",
  line: "#d5dde8",
} as const;

export const theme: ThemeConfig = {
  cssVar: { key: "xueshi" },
  hashed: false,
  token: {
    colorPrimary: colors.brand,
    colorLink: colors.brand,
    // The derived lighter blue is too faint on the ground of a hovered row.
    colorLinkHover: colors.brandDeep,
    colorInfo: colors.brand,
    colorError: colors.seal,
    colorSuccess: colors.success,
    colorWarning: colors.warning,
    colorText: colors.text,
    colorTextSecondary: colors.textSoft,
    colorTextTertiary: "#56616f",
    colorTextDescription: "#56616f",
    colorTextPlaceholder: "#667080",
    colorTextQuaternary: "#667080",
    colorBorder: "#b8c4d4",
    colorBorderSecondary: colors.line,
    colorBgLayout: colors.ground,
    // The derived grounds of these deep colours are muddy: light ones that dark text stands out on.
    colorInfoBg: "#e8f1fb",
    colorInfoBorder: "#a9c8ea",
    colorSuccessBg: "#e8f6ed",
    colorSuccessBorder: "#9fcfb0",
    colorWarningBg: "#fdf3e0",
    colorWarningBorder: "#e5c48c",
    colorErrorBg: "#fdecee",
    colorErrorBorder: "#eba3ae",
    borderRadius: 6,
    fontSize: 15,
    controlHeight: 36,
    // On a busy machine a button's leaving spinner can miss its end and stay: nothing here waits for an animation.
    motion: false,
    fontFamily:
      '"PingFang SC", "Microsoft YaHei", "Hiragino Sans GB", "Noto Sans SC", "Noto Sans CJK SC", "Source Han Sans SC", "Noto Serif SC", system-ui, sans-serif',
  },
  components: {
    Layout: { headerBg: colors.brandDeep, headerColor: "#ffffff", siderBg: "#ffffff", bodyBg: colors.ground },
    Menu: {
      itemSelectedBg: "#e3eefb",
      itemSelectedColor: colors.brandDeep,
      itemBorderRadius: 6,
      itemHeight: 38,
      itemMarginBlock: 2,
      subMenuItemBg: "#ffffff",
    },
    Table: {
      headerBg: "#eef3f9",
      headerColor: colors.text,
      rowHoverBg: "#f5f9ff",
      rowSelectedBg: "#e8f1fb",
      rowSelectedHoverBg: "#dbe9f9",
    },
    Form: { labelColor: colors.text },
    Tag: { defaultColor: colors.text },
  },
};
