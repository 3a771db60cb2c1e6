CREATE TABLE `dead_letters` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`output` text NOT NULL,
	`segment` integer NOT NULL,
	`record` integer NOT NULL,
	`reason` text NOT NULL,
	`at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `dead_letters_record` ON `dead_letters` (`output`,`segment`,`record`);