export { articleJobs } from './article.jobs.ts';
export { articleLoaders, type ArticleLoaders } from './article.loaders.ts';
export { articleResolvers } from './article.resolvers.ts';
export { addDays, dayStart, localDay } from './local-day.rules.ts';
export { publicArticle, publicArticles, type HelpDeps, type PublicArticle } from './read-public-articles.ts';
