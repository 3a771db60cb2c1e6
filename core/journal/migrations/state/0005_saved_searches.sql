CREATE TABLE `saved_searches` (
	`name` text PRIMARY KEY NOT NULL,
	`q` text NOT NULL,
	`from` text NOT NULL,
	`to` text NOT NULL,
	`columns` text NOT NULL,
	`at` integer NOT NULL
);
