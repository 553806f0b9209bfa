export const copy = {
  login: {
    title: 'Log in',
    email: 'E-mail',
    password: 'Password',
    go: 'Log in',
    forgot: 'Forgot the password?',
  },
} as const;
