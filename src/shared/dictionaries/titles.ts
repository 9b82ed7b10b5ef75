import type { DictionaryEntry } from "./entry.ts";

/** 职称系列: the 27 series of 2021-11-02. */
export const titleSeries: readonly DictionaryEntry[] = [
  { code: "01", name: "高等学校教师" },
  { code: "02", name: "哲学社会科学研究人员" },
  { code: "03", name: "自然科学研究人员" },
  { code: "04", name: "卫生技术人员" },
  { code: "05", name: "工程技术人员" },
  { code: "06", name: "农业技术人员" },
  { code: "07", name: "新闻专业人员" },
  { code: "08", name: "出版专业人员" },
  { code: "09", name: "图书资料专业人员" },
  { code: "10", name: "文物博物专业人员" },
  { code: "11", name: "档案专业人员" },
  { code: "12", name: "工艺美术专业人员" },
  { code: "13", name: "技工院校教师" },
  { code: "14", name: "体育专业人员" },
  { code: "15", name: "翻译专业人员" },
  { code: "16", name: "播音主持专业人员" },
  { code: "17", name: "会计人员" },
  { code: "18", name: "统计专业人员" },
  { code: "19", name: "经济专业人员" },
  { code: "20", name: "实验技术人才" },
  { code: "21", name: "中等职业学校教师" },
  { code: "22", name: "中小学教师" },
  { code: "23", name: "艺术专业人员" },
  { code: "24", name: "公共法律服务专业人员" },
  { code: "25", name: "船舶专业技术人员" },
  { code: "26", name: "民用航空飞行技术人员" },
  { code: "27", name: "审计专业人员" },
];

/** 职称级别. */
export const titleLevels: readonly DictionaryEntry[] = [
  { code: "1", name: "正高级" },
  { code: "2", name: "副高级" },
  { code: "3", name: "中级" },
  { code: "4", name: "助理级" },
  { code: "5", name: "员级" },
  { code: "9", name: "无职称" },
];

/** Series 17 (会计人员) sets the default of 是否会计人员 (ACC-01). */
export const accountantSeries = "17";
