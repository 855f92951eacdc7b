"""The agenda out of a case's own state: what every slice says is due, under the topic where it is raised. (MTG-1)"""
