-- title: Files that could not be read, and why
-- description: What is missing from all answers here.
select path, reason from unread order by path
