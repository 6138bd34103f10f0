/** SHA-256 of the style sheet and of the script, base64, for the content security policy. A test keeps them true. */
export const styleHash = 'WhZ/l9WnoD5+77UO87uX49+hHpyJ1WgDzdACQAvnwiI=';
export const scriptHash = 'zaBWEHbDaY3ZY0UexGDQnC1zKHENE/hHpTBUDQEhwD4=';
