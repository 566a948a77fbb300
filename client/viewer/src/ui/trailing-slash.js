// Every address in this page is relative: without the slash they would all miss the desktop's prefix.
if (!location.pathname.endsWith('/'))
  location.replace(`${location.pathname}/${location.search}${location.hash}`);
