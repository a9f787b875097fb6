export { articleJobs } from './article.jobs.ts';
export { articleLoaders, type ArticleLoaders } from './article.loaders.ts';
export { articleResolvers } from './article.resolvers.ts';
export { publicArticle, publicArticles, type HelpDeps, type PublicArticle } from './read-public-articles.ts';
