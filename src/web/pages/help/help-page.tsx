import { Input } from "antd";
import { useDeferredValue, useEffect, type ReactNode } from "react";
import { Link, useLocation } from "react-router";
import { operationQuestions } from "../../../shared/help/operation-questions.ts";
import { policyQuestions } from "../../../shared/help/policy-questions.ts";
import type { HelpQuestion } from "../../../shared/help/question.ts";
import { searchQuestions, searchWords } from "../../../shared/help/search-questions.ts";
import { EmptyList } from "../../components/data-table.tsx";
import { useTitle } from "../../components/use-title.ts";
import { useUrlState } from "../../components/url-state.ts";

/** 帮助中心: the guide's 10 policy and 23 operation questions, searchable, each with its own address (POL-01). */
export function HelpPage() {
  useTitle("帮助中心");
  const url = useUrlState();
  const text = useDeferredValue(url.values["q"] ?? "");
  const words = searchWords(text);
  const groups = [
    { key: "policy", title: "政策类问题", questions: searchQuestions(policyQuestions, text) },
    { key: "operation", title: "操作类问题", questions: searchQuestions(operationQuestions, text) },
  ];
  const found = groups.reduce((sum, group) => sum + group.questions.length, 0);
  const open = useOpenQuestion();
  return (
    <div className="help">
      <nav className="help-side" aria-label="问题目录">
        <Input.Search
          allowClear
          aria-label="查找问题"
          placeholder="输入关键字，如：折算、调转"
          defaultValue={url.values["q"] ?? ""}
          onChange={(event) => url.set({ q: event.target.value })}
        />
        <p className="field-hint" role="status">
          {words.length === 0 ? `共 ${found} 个问题` : `找到 ${found} 个相关问题`}
        </p>
        {groups.map((group) => (
          <div key={group.key}>
            <h2>{group.title}</h2>
            <ol>
              {group.questions.map((question) => (
                <li key={question.id} value={question.number}>
                  <Link
                    to={{
                      search: url.values["q"] === undefined ? "" : `?q=${text}`,
                      hash: `#q-${question.id}`,
                    }}
                  >
                    {question.question}
                  </Link>
                </li>
              ))}
            </ol>
          </div>
        ))}
      </nav>
      <div className="help-main">
        <h1>帮助中心</h1>
        <p className="page-hint">
          内容引自《河南省专业技术人员继续教育公共服务平台用人单位操作指南》，「本平台说明」为补充。
        </p>
        {found === 0 && <EmptyList hint="换个说法试试，例如「学时」「审核」「密码」" />}
        {groups.map((group) => (
          <section key={group.key} aria-label={group.title}>
            {group.questions.length > 0 && <h2>{group.title}</h2>}
            {group.questions.map((question) => (
              <QuestionView key={question.id} question={question} words={words} open={open === question.id} />
            ))}
          </section>
        ))}
      </div>
    </div>
  );
}

/** The question that the address points at; scrolled to, since the page is drawn after the browser looked for it. */
function useOpenQuestion(): string | null {
  const { hash } = useLocation();
  useEffect(() => {
    if (hash !== "") document.getElementById(hash.slice(1))?.scrollIntoView();
  }, [hash]);
  return hash.startsWith("#q-") ? hash.slice(3) : null;
}

interface QuestionViewProps {
  question: HelpQuestion;
  words: readonly string[];
  open: boolean;
}

function QuestionView({ question, words, open }: QuestionViewProps) {
  return (
    <article id={`q-${question.id}`} className={open ? "question question-open" : "question"}>
      <h3>
        <Link to={{ hash: `#q-${question.id}` }} title="本问题的链接">
          {question.number}. {marked(question.question, words)}
        </Link>
      </h3>
      {question.answer.map((paragraph) => (
        <p key={paragraph}>{marked(paragraph, words)}</p>
      ))}
      {question.notes !== undefined && (
        <div className="question-note">
          <strong>本平台说明</strong>
          {question.notes.map((note) => (
            <p key={note}>{marked(note, words)}</p>
          ))}
        </div>
      )}
      {question.link !== undefined && (
        <p>
          <Link to={question.link}>前往办理</Link>
        </p>
      )}
    </article>
  );
}

/** The text with each found word marked. */
function marked(text: string, words: readonly string[]): ReactNode {
  if (words.length === 0) return text;
  const pattern = words.map((word) => word.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)).join("|");
  return text.split(new RegExp(`(${pattern})`, "giu")).map((part, index) =>
    index % 2 === 1 ? (
      // oxlint-disable-next-line react/no-array-index-key -- parts of one text have no other identity
      <mark key={index}>{part}</mark>
    ) : (
      part
    ),
  );
}
