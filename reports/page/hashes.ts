/** SHA-256 of the style sheet and of the script, base64, for the content security policy. A test keeps them true. */
export const styleHash = '/O9JiINCMPebA5bZq88ERYfDn90hZ2a8gLzTi/Ur1YY=';
export const scriptHash = 'zaBWEHbDaY3ZY0UexGDQnC1zKHENE/hHpTBUDQEhwD4=';
