/** SHA-256 of the style sheet and of the script, base64, for the content security policy. A test keeps them true. */
export const styleHash = 'YzdjEA7ceNRlc8me0m4v/rKXrg2AFXXk0Fj5qbEvSJc=';
export const scriptHash = 'zaBWEHbDaY3ZY0UexGDQnC1zKHENE/hHpTBUDQEhwD4=';
