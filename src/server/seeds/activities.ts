import { isoDate, yearOf } from "../../shared/dates.ts";

/** Activities that the demonstration declares: one for most learning forms, dated in the running year. */
export interface Activity {
  form: string;
  title: string;
  /** days back from today; kept within the year */
  daysAgo: number;
  /** length in days */
  days: number;
  facts: (dates: { start: string; end: string; days: number }) => Record<string, string | number | boolean>;
}

const dayMs = 86_400_000;

/** When an activity was, never before 1 January and never after today. */
export function datesOf(
  activity: Activity,
  now: Date,
): { year: number; start: string; end: string; days: number } {
  const year = yearOf(now);
  const first = `${year}-01-01`;
  const clip = (date: string) => (date < first ? first : date);
  const end = clip(isoDate(new Date(now.getTime() - activity.daysAgo * dayMs)));
  const start = clip(isoDate(new Date(Date.parse(`${end}T04:00:00Z`) - (activity.days - 1) * dayMs)));
  const days = Math.round((Date.parse(end) - Date.parse(start)) / dayMs) + 1;
  return { year, start, end, days };
}

export const activities = {
  conference: {
    form: "04",
    title: "全国临床医学学术年会（示例）",
    daysAgo: 60,
    days: 3,
    facts: ({ days }) => ({
      conferenceName: "全国临床医学学术年会（示例）",
      organizer: "中华示例医学会",
      level: "ministry",
      days,
      presented: true,
      paperTitle: "示例论文",
    }),
  },
  paper: {
    form: "06b",
    title: "示例病例分析论文",
    daysAgo: 100,
    days: 1,
    facts: ({ start }) => ({
      paperTitle: "示例病例分析论文",
      journalName: "示例医学杂志",
      issn: "0000-0000",
      volume: "第1期",
      publishedOn: start,
      journal: "provincial-core",
      rank: 1,
      supplement: false,
    }),
  },
  courses: {
    form: "03a",
    title: "在职研究生课程（示例）",
    daysAgo: 90,
    days: 60,
    facts: () => ({
      school: "示例大学",
      major: "临床医学",
      degree: "master",
      term: "第一学期",
      courses: "医学统计学、流行病学",
      passedCourses: 2,
    }),
  },
  patent: {
    form: "07",
    title: "一种示例装置",
    daysAgo: 120,
    days: 1,
    facts: ({ start }) => ({
      patentNumber: "ZL000000000000.0",
      patentName: "一种示例装置",
      grantedOn: start,
      type: "utility-model",
      rank: 2,
    }),
  },
  exam: {
    form: "09",
    title: "专业技术资格考试（示例）",
    daysAgo: 45,
    days: 1,
    facts: ({ start }) => ({
      examName: "专业技术资格考试（示例）",
      certificateNumber: "SL0001",
      approvedOn: start,
      type: "intermediate",
    }),
  },
  outreach: {
    form: "12",
    title: "服务基层义诊活动（示例）",
    daysAgo: 30,
    days: 2,
    facts: ({ days }) => ({
      activityName: "服务基层义诊活动（示例）",
      organizerKind: "employer",
      organizer: "郑州市第九示例医院",
      days,
    }),
  },
  ministryCourse: {
    form: "02a",
    title: "国家部委专题研修班（示例）",
    daysAgo: 70,
    days: 5,
    facts: () => ({
      trainingName: "国家部委专题研修班（示例）",
      organizer: "示例部委",
      determinedBy: "organizer",
      determinedHours: 40,
    }),
  },
  accountantClass: {
    form: "02b",
    title: "会计人员公需科目培训（示例）",
    daysAgo: 40,
    days: 4,
    facts: () => ({
      trainingName: "会计人员公需科目培训（示例）",
      organizer: "示例行业协会",
      entrusted: false,
      determinedHours: 30,
    }),
  },
} as const satisfies Record<string, Activity>;
