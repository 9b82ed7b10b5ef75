/** One activity for each learning form that people declare, 13 excepted: what is entered, what it is worth, what proves it (dictionaries §5). */
export interface FormExample {
  form: string;
  facts: Record<string, string | number | boolean>;
  startDate: string;
  endDate: string;
  hours: { public: number; professional: number };
  /** keys of the required evidence */
  evidence: string[];
}

const march = { startDate: "2026-03-02", endDate: "2026-03-06" };

export const formExamples: readonly FormExample[] = [
  {
    ...march,
    form: "01",
    facts: {
      classHours: 24,
      subject: "professional",
      baseName: "示例基地",
      className: "示例班次",
      assessment: "passed",
    },
    hours: { public: 0, professional: 24 },
    evidence: ["notice", "completion", "unit"],
  },
  {
    ...march,
    form: "02a",
    facts: {
      determinedHours: 20,
      trainingName: "示例研修",
      organizer: "示例部委",
      determinedBy: "organizer",
    },
    hours: { public: 0, professional: 20 },
    evidence: ["notice", "completion", "unit"],
  },
  {
    ...march,
    form: "02b",
    facts: { determinedHours: 16, trainingName: "示例培训", organizer: "示例协会", entrusted: false },
    hours: { public: 0, professional: 16 },
    evidence: ["notice", "completion", "unit"],
  },
  {
    startDate: "2026-02-20",
    endDate: "2026-07-10",
    form: "03a",
    facts: {
      passedCourses: 3,
      school: "示例大学",
      major: "临床医学",
      degree: "master",
      term: "2026春",
      courses: "统计学、流行病学、病理学",
    },
    hours: { public: 0, professional: 45 },
    evidence: ["transcript"],
  },
  {
    startDate: "2026-01-05",
    endDate: "2026-04-30",
    form: "03b",
    facts: { months: 3, institution: "示例医院", course: "心血管内科", assessment: "passed" },
    hours: { public: 0, professional: 30 },
    evidence: ["transcript", "dispatch", "assessment"],
  },
  {
    startDate: "2026-03-02",
    endDate: "2026-03-04",
    form: "04",
    facts: {
      level: "ministry",
      days: 3,
      presented: true,
      conferenceName: "示例学术年会",
      organizer: "示例学会",
      paperTitle: "示例论文",
    },
    hours: { public: 0, professional: 24 },
    evidence: ["notice", "unit", "presented"],
  },
  {
    startDate: "2025-06-01",
    endDate: "2026-06-30",
    form: "05",
    facts: {
      level: "national",
      group: "main",
      rank: 2,
      projectName: "示例课题",
      projectNumber: "2025-0001",
      authority: "示例部委",
      approvedOn: "2025-06-01",
    },
    hours: { public: 0, professional: 60 },
    evidence: ["approval", "participation"],
  },
  {
    ...march,
    form: "06a",
    facts: {
      tenThousandCharacters: 3.7,
      rank: 2,
      bookTitle: "示例著作",
      isbn: "978-7-0000-0001-1",
      publisher: "示例出版社",
      publishedOn: "2026-03-02",
    },
    hours: { public: 0, professional: 36 },
    evidence: ["cover", "title-page", "contents"],
  },
  {
    ...march,
    form: "06b",
    facts: {
      journal: "issn-and-cn",
      rank: 1,
      supplement: false,
      paperTitle: "示例论文",
      journalName: "示例杂志",
      issn: "1000-0001",
      volume: "第1期",
      publishedOn: "2026-03-02",
    },
    hours: { public: 0, professional: 36 },
    evidence: ["cover", "contents", "article"],
  },
  {
    ...march,
    form: "07",
    facts: {
      type: "invention",
      rank: 3,
      patentNumber: "ZL202610000001.X",
      patentName: "示例专利",
      grantedOn: "2026-03-02",
    },
    hours: { public: 0, professional: 68 },
    evidence: ["certificate"],
  },
  {
    ...march,
    form: "08",
    facts: {
      level: "ministerial",
      rank: 1,
      awardName: "示例奖",
      projectName: "示例项目",
      certificateNumber: "2026-J-1",
      awardedOn: "2026-03-02",
    },
    hours: { public: 0, professional: 60 },
    evidence: ["certificate"],
  },
  {
    ...march,
    form: "09",
    facts: {
      type: "practice",
      examName: "示例执业资格",
      certificateNumber: "2026-1",
      approvedOn: "2026-03-02",
    },
    hours: { public: 0, professional: 68 },
    evidence: ["certificate"],
  },
  {
    ...march,
    form: "10",
    facts: { endorsed: true, reportTitle: "示例报告", endorsedBy: "province", endorsedOn: "2026-03-02" },
    hours: { public: 0, professional: 20 },
    evidence: ["endorsement"],
  },
  {
    startDate: "2025-07-01",
    endDate: "2026-06-30",
    form: "11",
    facts: { months: 12, kind: "tibet", dispatchedBy: "示例单位", place: "示例地" },
    hours: { public: 30, professional: 60 },
    evidence: ["document", "assessment"],
  },
  {
    ...march,
    form: "12",
    facts: { days: 2, activityName: "示例义诊", organizerKind: "employer", organizer: "示例医院" },
    hours: { public: 0, professional: 12 },
    evidence: ["notice", "participation", "unit"],
  },
  {
    ...march,
    form: "14",
    facts: { hours: 8, content: "professional", trainingName: "示例岗位培训", relevance: "与本岗位一致" },
    hours: { public: 0, professional: 8 },
    evidence: ["material"],
  },
  {
    ...march,
    form: "15",
    facts: {
      determinedHours: 12,
      filedHours: 16,
      planNumber: "2026-001",
      filingNumber: "示例备案2026-001",
      trainingName: "示例专业科目培训",
      organizer: "示例主管部门",
    },
    hours: { public: 0, professional: 12 },
    evidence: ["notice", "participation"],
  },
];

export function exampleOf(form: string): FormExample {
  const found = formExamples.find((example) => example.form === form);
  if (found === undefined) throw new Error(`no example of form ${form}`);
  return found;
}
