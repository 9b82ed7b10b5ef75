import "./zod-setup.ts";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { App } from "antd";
import dayjs from "dayjs";
import "dayjs/locale/zh-cn";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { RouterProvider } from "react-router";
import { ApiError } from "./api.ts";
import { router } from "./app.tsx";
import { SessionProvider } from "./session.tsx";
import "./styles/base.css";
import "./styles/public.css";
import "./styles/workspace.css";
import { TextSizeProvider } from "./text-size.tsx";

dayjs.locale("zh-cn");

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5000,
      // What the server refused once it refuses again; only a missing answer is worth another try.
      retry: (count, error) =>
        count < 2 && (!(error instanceof ApiError) || error.status === 0 || error.status === 503),
      refetchOnWindowFocus: false,
    },
  },
});

const root = document.getElementById("root");
if (root === null) throw new Error("index.html has no #root");
createRoot(root).render(
  <StrictMode>
    <TextSizeProvider>
      <App>
        <QueryClientProvider client={queries}>
          <SessionProvider>
            <RouterProvider router={router} />
          </SessionProvider>
        </QueryClientProvider>
      </App>
    </TextSizeProvider>
  </StrictMode>,
);
