# The standard scenario: `zsh -f scenario.zsh PLUGIN DIRECTORY` in a home where DIRECTORY/acme is pinned to `work` and
# allowed. Every word that an alias could replace is quoted, every word that an option could expand too. What stands in
# SCENARIO_BEFORE is run first: options, aliases, functions.
'eval' "${SCENARIO_BEFORE-}"
'.' "$1"
'cd' "$2/acme"
'builtin' 'printf' '%s\n' "pinned ${CODEX_HOME-unset} ${CODEX_ROUTER_PROFILE-unset} ${CODEX_ROUTER_BEFORE-unset} ${CODEX_ROUTER_PROMPT-unset}"
'cd' "$2/acme/sub dir"
'builtin' 'printf' '%s\n' "below ${CODEX_HOME-unset} ${CODEX_ROUTER_PROMPT-unset}"
'cd' "$2/other"
'builtin' 'printf' '%s\n' "unpinned ${CODEX_HOME-unset} ${CODEX_ROUTER_PROFILE-unset} ${CODEX_ROUTER_BEFORE-unset} ${CODEX_ROUTER_PROMPT-unset}"
'cd' "$2/list"
'builtin' 'printf' '%s\n' "list ${CODEX_HOME-unset} ${CODEX_ROUTER_PROMPT-unset}"
'cd' "$2/stranger"
'builtin' 'printf' '%s\n' "stranger ${CODEX_HOME-unset} ${CODEX_ROUTER_PROMPT-unset}"
'codex-router' 'use' 'w'
'builtin' 'printf' '%s\n' "use ${CODEX_HOME-unset} ${CODEX_ROUTER_PROMPT-unset}"
'codex-router' 'use' 'nobody' || 'builtin' 'printf' '%s\n' "status $?"
'codex-router' 'use' '-'
'builtin' 'printf' '%s\n' "left ${CODEX_HOME-unset} ${CODEX_ROUTER_PROMPT-unset}"
'codex-router' 'hello' 'a  b' '*' || 'builtin' 'printf' '%s\n' "status $?"
'cd' "$2/acme"
'.' "$1"
'builtin' 'printf' '%s\n' "again ${CODEX_HOME-unset} ${CODEX_ROUTER_PROMPT-unset}"
'codex-router_plugin_unload'
'builtin' 'printf' '%s\n' "unloaded ${CODEX_HOME-unset} ${CODEX_ROUTER_PROMPT-unset}"
