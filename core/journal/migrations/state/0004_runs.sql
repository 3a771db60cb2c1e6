CREATE TABLE `runs` (
	`number` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`id` text NOT NULL,
	`segment` integer NOT NULL,
	`record` integer NOT NULL,
	`at` integer NOT NULL
);
